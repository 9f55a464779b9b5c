"""The figures of the study, from the tables below docs/reproduction. Needs pandas and scipy."""
