"""The words of a motion: the playbook that needs no model, and the model behind the same port; performs nothing."""
