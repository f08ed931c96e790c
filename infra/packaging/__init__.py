"""From the declarations of the functions to an artefact and a CloudFormation template."""
