import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/**
 * Starts DynamoDB Local on loopback only, for programs only, for as long as its standard input is open.
 *
 * <p>It has no option for any of it: by default it listens on every address, answers whatever Host it is asked as, and
 * outlives the program that started it.
 */
public class Loopback {
    public static void main(String[] arguments) throws Exception {
        endWithInput();
        DynamoDBProxyServer proxy = ServerRunner.createServerFromCommandLineArgs(arguments);
        Field field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        Server server = (Server) field.get(proxy);
        for (Connector connector : server.getConnectors()) {
            ((ServerConnector) connector).setHost("127.0.0.1");
        }
        server.setHandler(new ForPrograms(server.getHandler()));
        proxy.start();
        proxy.join();
    }

    /** However the program that started it ends, kill -9 included, the system closes the pipe to it. */
    private static void endWithInput() {
        Thread watch = new Thread(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException error) {
                // A pipe that cannot be read has ended too.
            }
            System.exit(0);
        });
        watch.setDaemon(true);
        watch.start();
    }
}

/** Refuses what a web page can make a browser ask of a local port; the rule is _for_programs in moto_engine.py. */
class ForPrograms extends Handler.Wrapper {
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost");

    ForPrograms(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpFields headers = request.getHeaders();
        String host = headers.contains("Host") ? headers.get("Host").replaceFirst(":[0-9]*$", "") : "";
        boolean isBrowser = headers.contains("Origin") || headers.contains("Sec-Fetch-Site");
        if (!isBrowser && headers.contains("X-Amz-Target") && HOSTS.contains(host)) {
            return super.handle(request, response, callback);
        }
        response.setStatus(403);
        response.getHeaders().put("Content-Type", "text/plain");
        String told = "For programs on this machine that speak DynamoDB's protocol.\n";
        response.write(true, ByteBuffer.wrap(told.getBytes(StandardCharsets.US_ASCII)), callback);
        return true;
    }
}
