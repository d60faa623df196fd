"""DynamoDB: the only place for botocore. Tables and keys once, one store per record type."""
