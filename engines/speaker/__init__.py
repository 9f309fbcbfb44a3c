"""How alike two voices are: a speaker encoder that judges what the other engines make."""
