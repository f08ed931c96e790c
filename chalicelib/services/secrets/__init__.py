"""What is stored sealed, and opened in memory where it is used."""
