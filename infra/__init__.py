"""What deploys and runs the product."""
