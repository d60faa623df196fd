"""DynamoDB: the only place for boto3. Tables and keys once, one store per record type."""
