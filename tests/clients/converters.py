"""Converts both servers' tools with the vendors' own converters: Google's, OpenAI's (strict mode), Anthropic's.

    python converters.py FOLDER_OF_THE_BINARIES

A tool that a converter refuses, an argument that it loses, and a warning of it are failures. Nothing is sent to a vendor.
"""

import json
import logging
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from agents.mcp import MCPServer
from agents.mcp.util import MCPUtil
from anthropic import transform_schema
from anthropic.lib.tools.mcp import async_mcp_tool
from google.genai import types
from google.genai._mcp_utils import mcp_to_gemini_tools
from mcp.types import Tool

BINARIES = Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug").resolve()
SERVERS = ["guest-server", "staff-server"]

warned = []


class Warnings(logging.Handler):
    def emit(self, record):
        warned.append(f"{record.name}: {record.getMessage()}")


logging.getLogger().addHandler(Warnings(logging.WARNING))
warnings.showwarning = lambda message, *rest: warned.append(str(message))


class Nobody(MCPServer):
    """OpenAI's converter wants to know whose tool it is; it asks nothing of it."""

    name = "nobody"

    async def connect(self):
        raise NotImplementedError

    cleanup = list_tools = call_tool = list_prompts = get_prompt = connect


def google(tool, as_json_schema):
    [converted] = mcp_to_gemini_tools([tool], is_agent_platform=as_json_schema)
    declared = converted.function_declarations[0]
    return declared.parameters_json_schema["properties"] if as_json_schema else declared.parameters.properties


def google_schema(tool, api):
    """The converter of schemas alone, told to refuse what it would silently drop."""
    schema = types.JSONSchema.model_validate(tool.input_schema)
    strict = {"raise_error_on_unsupported_field": True, "api_option": api}
    return types.Schema.from_json_schema(json_schema=schema, **strict).properties


def openai_strict(tool):
    converted = MCPUtil.to_function_tool(tool, Nobody(), convert_schemas_to_strict=True)
    if not converted.strict_json_schema:
        raise ValueError("not convertible to strict mode")
    return converted.params_json_schema["properties"]


CONVERTERS = {
    "google-genai": lambda tool: google(tool, as_json_schema=False),
    "google-genai, as JSON Schema": lambda tool: google(tool, as_json_schema=True),
    "google-genai, strict, Gemini": lambda tool: google_schema(tool, "GEMINI_API"),
    "google-genai, strict, Vertex": lambda tool: google_schema(tool, "VERTEX_AI"),
    "openai-agents, strict": openai_strict,
    "anthropic": lambda tool: async_mcp_tool(tool, None).to_dict()["input_schema"]["properties"],
    "anthropic, strict": lambda tool: transform_schema(tool.input_schema)["properties"],
}


def tools(server):
    with tempfile.TemporaryDirectory(prefix="hotel-") as folder:
        run = [str(BINARIES / server), "tools", "--json"]
        listed = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True).stdout
    return [Tool.model_validate(tool) for tool in json.loads(listed)]


failed = 0
for server in SERVERS:
    listed = tools(server)
    for name, convert in CONVERTERS.items():
        good = 0
        warned.clear()
        for tool in listed:
            try:
                lost = set(tool.input_schema["properties"]) - set(convert(tool))
            except Exception as error:
                print(f"FAILED {server} {tool.name}: {name} refuses it: {error!r}")
                continue
            good += not lost
            if lost:
                print(f"FAILED {server} {tool.name}: {name} loses {lost}")
        for warning in warned:
            print(f"FAILED {server}: {name} warns: {warning}")
        failed += len(listed) - good + len(warned)
        print(f"{server}: {name}: {good} of {len(listed)} tools, {len(warned)} warnings")
print(f"{failed} failed")
sys.exit(1 if failed else 0)
