"""An installation on AWS: checked, deployed, tried from outside, taken back, and taken down."""
