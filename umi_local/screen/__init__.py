"""What people see: text made safe for a terminal, steps as they happen, tables, questions."""
