"""The quarterly meeting: rounds, dates, invitations, agenda and attendance."""
