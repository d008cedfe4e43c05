"""What leaves the house: contacts for staff who may take them out, services for everybody; never a contact person."""
