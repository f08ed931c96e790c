"""What somebody who comes back from paying asks."""
