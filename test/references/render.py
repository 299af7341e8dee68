"""Renders templates with the real engines: one JSON request per line of standard input, one JSON answer per line of standard output.

A request has `syntax`, `template`, `vars`, `files`; an answer has `text`, or `error`. `{"syntax": "version"}` answers with the versions.
"""
import json
import string
import sys

sys.setrecursionlimit(2000)

try:
    import jinja2
except ImportError:
    jinja2 = None


class Field(dict):
    """An object of the application: its fields are read as `{x.name}` and as `{x[name]}`."""

    __getattr__ = dict.__getitem__


def as_fields(value):
    if isinstance(value, dict):
        return Field({key: as_fields(item) for key, item in value.items()})
    return [as_fields(item) for item in value] if isinstance(value, list) else value


def render(request):
    syntax, template, given = request["syntax"], request["template"], request.get("vars") or {}
    if syntax == "jinja":
        files = {**(request.get("files") or {}), "main": template}
        extensions = ["jinja2.ext.do", "jinja2.ext.loopcontrols"]
        environment = jinja2.Environment(loader=jinja2.DictLoader(files), extensions=extensions)
        return environment.get_template("main").render(given)
    if syntax == "python":
        return template.format(**as_fields(given))
    if syntax == "percent":
        return template % given
    if syntax == "dollar":
        return string.Template(template).substitute(given)
    if syntax == "format":
        return format(given["value"], template)
    if syntax == "repr":
        return repr(given["value"])
    raise ValueError(syntax)


def answer(request):
    if request["syntax"] == "version":
        return {"python": sys.version.split()[0], "jinja2": jinja2.__version__ if jinja2 else None}
    try:
        return {"text": render(request)}
    except RecursionError:
        return {"error": "RecursionError"}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
