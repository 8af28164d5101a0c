"""`kram doctor`: looks at this machine and says what to do."""

import typer

from kram.app.commands.root import ROOT


def doctor() -> None:
    """Check this machine: each line is well, or says what to do."""
    from rich.console import Console

    from kram.app.devstack.checkup import findings
    from kram.app.revisions import look_at_revisions

    console = Console(highlight=False, soft_wrap=True)
    is_ill = False
    for finding in findings(ROOT, database_looks=[look_at_revisions]):
        mark = "[green]ok[/green]  " if finding.is_well else "[bold red]look[/bold red]"
        console.print(mark, end=" ")
        console.print(f"{finding.what}: {finding.found}", markup=False)
        if finding.remedy:
            console.print(f"     {finding.remedy}", style="yellow", markup=False)
        is_ill = is_ill or not finding.is_well
    if is_ill:
        raise typer.Exit(1)
