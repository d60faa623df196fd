"""What is put into an AWS account: the package and how it is built."""
