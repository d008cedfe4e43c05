"""The words of the four managed lists, for every package that shows or asks one."""
