"""The VBA project, the ribbon and the add-in, built without Excel."""
