"""What is asked of the gateway itself: its meter, and the plans of its accounts."""
