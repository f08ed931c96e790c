"""What makes a resource work: fields, transitions, visibility, queries, JSON:API documents."""
