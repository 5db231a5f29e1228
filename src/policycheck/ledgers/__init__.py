"""The ledgers that people keep in Excel, CSV and JSON → entries of an inventory, and the inventory as a workbook."""
