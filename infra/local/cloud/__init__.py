"""The local AWS: ministack, the artefact's bucket, and the stack that the template makes."""
