"""The whole way of a deployment on this machine, before there is one (P15)."""
