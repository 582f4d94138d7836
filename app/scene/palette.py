"""Colours of the light and the dark theme, as plain strings: no Qt, no VTK."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Every colour of the chrome and of the views by its role.

    Parameters
    ----------
    is_dark : bool
        Whether text is lighter than its ground.
    window, panel, raised : str
        Bars; columns and view headers; active stage and menus.
    view, sheet : str
        Behind 3D and disk; behind plots.
    control, control_hover : str
        Inputs; hover, segmented track and disabled inputs.
    border, border_strong, track : str
        Lines; outlines of controls; slider tracks and bits that are off.
    text, text_muted, text_faint : str
        Values and names; labels and icons; captions.
    accent, accent_hover, accent_soft, link : str
        Filled button, its hover, tonal button, blue text and focus ring.
    select : str
        The linked point, cell and emblem, and nothing else.
    ok, warn, bad : str
        Lines of certificates, always beside a shape of their own.
    layers : tuple of str
        Edges, bits and curves of the network's layers 1 to 6.
    flipped : str
        Flipped triangles and pieces.
    clay : str
        A surface without colours.
    """

    is_dark: bool
    window: str
    panel: str
    raised: str
    view: str
    sheet: str
    control: str
    control_hover: str
    border: str
    border_strong: str
    track: str
    text: str
    text_muted: str
    text_faint: str
    accent: str
    accent_hover: str
    accent_soft: str
    link: str
    select: str
    ok: str
    warn: str
    bad: str
    layers: tuple[str, ...]
    flipped: str
    clay: str = "#DBD6CF"


LIGHT = Palette(
    is_dark=False,
    window="#F3F4F6",
    panel="#FBFBFC",
    raised="#FFFFFF",
    view="#F0F1F4",
    sheet="#FBFBFC",
    control="#FFFFFF",
    control_hover="#F0F1F4",
    border="#E1E3E8",
    border_strong="#CDD1D9",
    track="#E3E5EA",
    text="#1A1D23",
    text_muted="#565C69",
    text_faint="#6B7180",
    accent="#3B5BDB",
    accent_hover="#3450C4",
    accent_soft="#E8ECFB",
    link="#3B5BDB",
    select="#E8590C",
    ok="#1B7F52",
    warn="#996000",
    bad="#C4321F",
    layers=("#0072B2", "#A87900", "#00897B", "#8447B8", "#6B7180", "#004D40"),
    flipped="#D6267F",
)

DARK = Palette(
    is_dark=True,
    window="#191B1F",
    panel="#1F2126",
    raised="#26292F",
    view="#15171A",
    sheet="#15171A",
    control="#2A2D34",
    control_hover="#24272D",
    border="#2D3037",
    border_strong="#3C4049",
    track="#33373F",
    text="#E8EAEE",
    text_muted="#A4AAB6",
    text_faint="#878E9C",
    accent="#4966DE",
    accent_hover="#5A77EC",
    accent_soft="#252D49",
    link="#93A9FF",
    select="#FF9A3D",
    ok="#4FC08D",
    warn="#E2B04A",
    bad="#FF7A6B",
    layers=("#56A8E8", "#E6C34A", "#2EC4A6", "#BC93F5", "#A4AAB6", "#9BE8D8"),
    flipped="#FF5CA8",
)
