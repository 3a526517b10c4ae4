"""Pictures of mood: numbers in, ready geometry for SVG templates out; pure, no Django, no clock.

Every coordinate that goes into markup is a string already, so that no locale can put a comma into it.
Words stay in the templates, where they are translated; each picture carries the rows of its data table.
"""
