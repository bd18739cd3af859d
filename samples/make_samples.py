"""Writes `samples/exports` and `samples/truth.jsonl`: `python -m samples.make_samples`. The same bytes every time."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from samples.cast import CHATS, is_away
from samples.incidents import befall
from samples.script import Scene, read_all
from samples.stage import Message, Stage
from samples.timeline import Appointment, in_season, plan
from samples.truth import truth_lines
from samples.voices import Mira
from samples.world import World
from samples.writers import apple, meta, table, whatsapp

SEED = "karli-12"
HERE = Path(__file__).parent
MESSENGER = "your_activity_across_facebook/messages/inbox/sofiamarin_10158823471605"
INSTAGRAM = "your_instagram_activity/messages/inbox/devpatel_17842390211560"
# The old phone's export ends here; the new one begins after its first third: what lies between stands in both.
OLD_PHONE_ENDS, NEW_PHONE_BEGINS = 0.6, 1 / 3


def _small_talk(pool: list[Scene], place: str, appointment: Appointment, world: World, rng: Random) -> Scene | None:
    """Small talk that fits the place, the hour and the season: what has been said least, first."""
    fitting = [
        small
        for small in pool
        if small.place in {place, "any"}
        and in_season(small, appointment.day)
        and (not small.at or small.at[0] <= appointment.hour < small.at[1])
    ]
    return min(fitting, key=lambda small: (world.told.get(small.id, 0), rng.random()), default=None)


def perform(seed: str = SEED) -> dict[str, list[Message]]:
    """Play the whole story: the messages of every chat, oldest first."""
    scenes, small_talk = read_all()
    world = World.load(seed)
    stage = Stage(seed, world, Mira(Random(seed)))
    for appointment in plan(scenes, seed):
        scene = appointment.scene
        rng = Random(f"{seed}:around:{scene.id}:{appointment.nth}")
        parts: list[tuple[Scene, int]] = []
        for place in ("before", "", "after"):
            if not place:
                parts.append((scene, appointment.nth))
            elif rng.random() < CHATS[scene.chat].small_talk and not scene.alone and not is_away(appointment.day):
                small = _small_talk(small_talk.get(scene.chat, []), place, appointment, world, rng)
                if small:
                    parts.append((small, world.told.get(small.id, 0)))
                    world.told[small.id] = world.told.get(small.id, 0) + 1
        stage.play(parts, appointment.day, appointment.hour)
    quiet = frozenset(scene.id for scene in scenes if scene.quiet)
    return {
        key: sorted(befall(stage.history[key], Random(f"{seed}:incidents:{key}"), quiet), key=lambda m: m.at)
        for key in CHATS
    }


def files_of(story: dict[str, list[Message]]) -> dict[str, tuple[bytes, list[Message]]]:
    """Every export file: its path under `exports`, its bytes, and the messages that are in it, oldest first."""
    jonas, sofia = story["jonas"], story["sofia"]
    old, new = jonas[: round(len(jonas) * OLD_PHONE_ENDS)], jonas[round(len(jonas) * NEW_PHONE_BEGINS) :]
    group, emil = CHATS["wg"].title, CHATS["emil"].title
    messenger = meta.thread(sofia, MESSENGER, "Mira Solberg", files=2)
    half = -(-len(sofia) // 2)
    return {
        "whatsapp-old-phone/WhatsApp Chat with Jonas Weber.txt": (whatsapp.android(old), old),
        "whatsapp/WhatsApp Chat with Jonas Weber.txt": (whatsapp.android(new), new),
        f"whatsapp/WhatsApp Chat - {group}.zip": (whatsapp.ios_zip(story["wg"], group), story["wg"]),
        "imessage/Ingrid Solberg.txt": (apple.imessage_txt(story["ingrid"]), story["ingrid"]),
        f"messenger/{MESSENGER}/message_1.json": (messenger["message_1.json"], sofia[-half:]),
        f"messenger/{MESSENGER}/message_2.json": (messenger["message_2.json"], sofia[:-half]),
        f"instagram/{INSTAGRAM}/message_1.json": (
            meta.thread(story["dev"], INSTAGRAM, "mira.solberg")["message_1.json"],
            story["dev"],
        ),
        f"imazing/Messages/2026-04-30 21 40 12 - {emil}/Messages - {emil}.csv": (
            apple.imazing_csv(story["emil"], emil),
            story["emil"],
        ),
        "work/praxis_chat.csv": (table.praxis_csv(story["amira"], CHATS["amira"].title), story["amira"]),
    }


def write(folder: Path) -> None:
    """Write `exports/` and `truth.jsonl` into a folder; what was in its `exports/` before goes."""
    files = files_of(perform())
    exports = folder / "exports"
    if exports.exists():
        shutil.rmtree(exports)
    for name, (content, _) in files.items():
        path = exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "truth.jsonl").write_text("".join(truth_lines(files)), "utf-8", newline="\n")


if __name__ == "__main__":
    write(HERE)
