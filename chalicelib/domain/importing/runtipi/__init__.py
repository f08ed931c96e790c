"""Apps of Runtipi."""
