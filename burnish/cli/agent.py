"""`burnish agent`: agent projects, from a context to a deployment."""

from __future__ import annotations

import typer

from burnish.cli import agent_context, agent_deploy, agent_new, agent_test

app = typer.Typer(help="Make, try and deploy agent projects.", no_args_is_help=True)
app.command("context", epilog=agent_context.EXAMPLES)(agent_context.context)
app.command("new", epilog=agent_new.EXAMPLES)(agent_new.new)
app.command("test", epilog=agent_test.EXAMPLES)(agent_test.test)
app.command("deploy", epilog=agent_deploy.EXAMPLES)(agent_deploy.deploy)
app.command("destroy")(agent_deploy.destroy)
