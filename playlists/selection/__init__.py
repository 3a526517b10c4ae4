"""Chooses and orders the songs of a playlist: plain numpy, no Django, no clock, the same answer for the same
request.

Prepare a library once (`prepare`), then `build` lists from it; `alternatives` swaps one song, `refresh` makes
the smallest change, `edit_script` says how to write it.
"""

from playlists.selection.building import build
from playlists.selection.candidates import HALF_LIVES_DAYS, MOODS, Candidates, Listening, count_listens
from playlists.selection.counting import Matching, count_matching
from playlists.selection.edits import Insert, Move, Remove, apply_edits, edit_script
from playlists.selection.extending import with_more
from playlists.selection.path import planned_curve
from playlists.selection.prepared import Prepared, prepare
from playlists.selection.refreshing import refresh
from playlists.selection.request import ANCHORS, Aim, InvalidRequest, Point, Request, Tuning
from playlists.selection.result import Notice, NoticeCode, Pick, Reason, ReasonCode, Selection
from playlists.selection.scoring import Kind
from playlists.selection.swapping import alternatives
from playlists.selection.titles import TitleKeys, song_title, work_keys, work_title

__all__ = [
    "ANCHORS",
    "HALF_LIVES_DAYS",
    "MOODS",
    "Aim",
    "Candidates",
    "Insert",
    "InvalidRequest",
    "Kind",
    "Listening",
    "Matching",
    "Move",
    "Notice",
    "NoticeCode",
    "Pick",
    "Point",
    "Prepared",
    "Reason",
    "ReasonCode",
    "Remove",
    "Request",
    "Selection",
    "TitleKeys",
    "Tuning",
    "alternatives",
    "apply_edits",
    "build",
    "count_listens",
    "count_matching",
    "edit_script",
    "planned_curve",
    "prepare",
    "refresh",
    "song_title",
    "with_more",
    "work_keys",
    "work_title",
]
