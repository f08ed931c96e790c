"""The local mailbox: it takes what the local AWS is asked to send, and delivers it to nobody."""
