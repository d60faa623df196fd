"""From this project to a stage that runs in an AWS account, and back."""
