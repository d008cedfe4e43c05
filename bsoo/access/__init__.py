"""Who may do what: staff, their grants, personal links and the policy table."""
