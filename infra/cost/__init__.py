"""What the platform costs on AWS: counts of a run in the local cloud, times public prices."""
