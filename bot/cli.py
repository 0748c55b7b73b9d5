"""The `cosell` command: run, demo, explain, audit; prints for people and exits with a code for machines."""

import os
import signal
import sys
import threading
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import labelling, switching
from bot.app import Bot, build
from bot.audit_cli import audit
from bot.backups import backed_up, restored
from bot.config_cli import config
from bot.demo import run_demo
from bot.embedded import BEGINS_ANEW, World, begin_anew, start_world
from bot.health import examine
from bot.interpreter import avoid_pauses
from bot.logs import open_log
from bot.schema_cli import schema
from bot.settings import stay_on
from bot.sheet_cli import sheet
from bot.space_cli import keys, space
from bot.stories import print_story
from bot.terminal import REFUSALS, reading, refuse, settings_here
from bot.validating import validate
from store.engine import open_engine
from store.migrate import upgrade

ENDED_ITSELF = 3
STOPS_WITHIN = 60.0  # longer than every part of a drain together

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Runs co-sell motions against the live deal.",
)
app.add_typer(audit, name="audit")
policy = typer.Typer(no_args_is_help=True, help="The files an operator decides in.")
app.add_typer(policy, name="policy")
app.add_typer(config, name="config")
app.add_typer(space, name="space")
app.add_typer(keys, name="keys")
app.add_typer(schema, name="schema")
app.add_typer(sheet, name="sheet")
app.command()(validate)


class Found(StrEnum):
    """What a person found out about an effect."""

    HAPPENED = "happened"
    DID_NOT_HAPPEN = "did-not-happen"


def main() -> None:
    """The entry point."""
    open_log("WARNING")
    app()


@app.command()
def run() -> None:
    """Start the bot; without settings of its own it brings the sandbox world along."""
    settings = settings_here()
    open_log(settings.cosell_log_level, settings.secrets)
    # Before anything starts: a Ctrl-C meanwhile must not leave the world behind, and its port in use.
    asked, stop = threading.Event(), threading.Event()

    def end(*_: object) -> None:
        asked.set()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    world: World | None = None
    refused, code = "", 0
    try:
        if settings.is_sandbox:
            world = start_world(settings.cosell_sandbox_port, tick_seconds=20, as_agent=settings.slack_agent)
            world.when_ended(stop.set)
            begin_anew(settings)
            settings = settings.on_sandbox(world.url, clock="/world/clock")
            typer.echo(f"The sandbox world is on {world.url} — open it in a browser.")
        code = _serve(build(settings), stop)
    except REFUSALS as error:
        refused = str(error)
    finally:
        ended_with = world.ended_with if world is not None and not asked.is_set() else None
        _stop(world)
    if world is not None and ended_with is not None:
        _follow(world, ended_with)
    if refused:
        refuse(refused)
    # The engine's executor threads would hold the interpreter; everything is drained or will be recovered.
    sys.stdout.flush()
    os._exit(code)


@app.command()
def writer() -> None:
    """Run the model's writer alone: only its key and the bot's shared secret in its settings, and nothing else."""
    # A fresh interpreter: what this one has loaded (Slack, the CRM, the portal, the store) shall not be there.
    os.execv(sys.executable, [sys.executable, "-m", "bot.writer_process"])  # noqa: S606 - our own module


@app.command()
def demo() -> None:
    """One whole motion in the terminal, on a sandbox world of its own."""
    try:
        code = run_demo()
    except REFUSALS as error:
        refuse(str(error))
    sys.stdout.flush()
    os._exit(code)


@app.command()
def explain(motion: Annotated[str, typer.Argument(help="a motion's id, or a deal's id or part of its name")]) -> None:
    """Print a motion's whole story: times, who or what decided, external ids."""
    if not reading(lambda settings: print_story(motion, settings)):
        refuse(f"No motion {motion!r} here. Nothing was changed. `/cosell queue` lists the ones there are.")


@app.command()
def doctor() -> None:
    """Ask every outside system one question; exit code 1 when one does not answer."""
    settings = settings_here()
    if settings.is_sandbox:
        refuse("Nothing outside is configured: `cosell run` uses the sandbox. Fill .env first (see .env.example).")
    all_well = True
    for finding in examine(settings):
        typer.echo(f"{'ok ' if finding.is_well else 'NOT'}  {finding.system}: {finding.said}")
        all_well = all_well and finding.is_well
    raise typer.Exit(0 if all_well else 1)


@app.command("stop")
def stop_effects(reason: Annotated[str, typer.Argument(help="why, for whoever wonders")] = "") -> None:
    """Let nothing leave any more: no referral, no CRM write, no new message. What waits is kept."""
    typer.echo(reading(lambda settings: switching.stop(reason, settings)))


@app.command("resume")
def resume_effects() -> None:
    """Let everything go on after `stop`; what waited goes on by itself."""
    typer.echo(reading(switching.resume))


@app.command()
def effect(
    key: Annotated[str, typer.Argument(help="the effect's key, as `cosell explain` shows it")],
    found: Annotated[Found, typer.Argument(help="what you found on the other side")],
    external_id: Annotated[str, typer.Argument(help="the other side's id, when it happened")] = "",
) -> None:
    """Say what became of an effect whose answer was lost and cannot be looked up; the work then goes on."""
    if (found is Found.HAPPENED) != bool(external_id):
        refuse("Say `happened` with the other side's id, or `did-not-happen` alone. Nothing was changed.")
    typer.echo(reading(lambda settings: switching.state(key, external_id or None, settings)))


@policy.command()
def check() -> None:
    """Compare fields.yml with the CRM; exit code 1 when a field that cosell reads is unlabelled or gone."""
    raise typer.Exit(0 if reading(labelling.check) else 1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="a new file")]) -> None:
    """Copy the SQLite database into a file, checked and whole; the bot may go on meanwhile."""
    typer.echo(reading(lambda settings: backed_up(file, settings)))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="what `cosell backup` wrote")]) -> None:
    """Put a backup back in the place of the SQLite database, which is kept aside; refused while a bot runs on it."""
    typer.echo(reading(lambda settings: restored(file, settings)))


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema; every other command does it too."""
    reading(lambda settings: upgrade(open_engine(settings.cosell_database_url)))


def _serve(bot: Bot, stop: threading.Event) -> int:
    """Run until Ctrl-C or SIGTERM, then drain; the exit code."""
    fenced = threading.Event()

    def lost() -> None:
        fenced.set()
        stop.set()

    bot.start(lost)
    avoid_pauses()
    typer.echo("cosell is running. Ctrl-C stops it.")
    stop.wait()
    if fenced.is_set():
        # No drain: other processes may be taking this one's work over already.
        return _ended("its session with the database, which shows that it lives, is gone")
    typer.echo("Stopping: finishing what is under way …")
    in_time = threading.Timer(STOPS_WITHIN, lambda: os._exit(_ended(f"it could not stop within {STOPS_WITHIN:.0f} s")))
    in_time.daemon = True
    in_time.start()
    bot.stop()
    in_time.cancel()
    return 0


def _ended(why: str) -> int:
    typer.echo(
        f"cosell ended itself: {why}. Nothing is lost: start it again, and what was under way goes on.", err=True
    )
    sys.stderr.flush()
    return ENDED_ITSELF


def _follow(world: World, ended_with: int) -> NoReturn:
    """The world ended by itself, and with it what was done there: begin anew when somebody asked for that."""
    if ended_with != BEGINS_ANEW:
        refuse(
            f"The sandbox world went away (code {ended_with}), and what was done in it. The next start makes another."
        )
    stay_on(world.url)  # the page waits for it there
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves, from the very start


def _stop(world: World | None) -> None:
    if world is not None:
        world.stop()
