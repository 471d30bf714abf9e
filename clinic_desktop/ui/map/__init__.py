"""The offline street map: tiles painted in a process, routes and pins above them."""
