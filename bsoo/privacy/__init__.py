"""What people may ask of us under the AVG: to see what is kept of them and to be forgotten; and how long we keep."""
