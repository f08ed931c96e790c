"""Who may do what at AWS: read from the template, told to people, and held to what is narrow."""
