"""What Hoster needs from outside, as Protocols whose docstrings are the contract."""
