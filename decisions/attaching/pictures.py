"""Pictures: drawn anew from their points, so that nothing that a camera or a program wrote beside them goes out."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from decisions.opening import Refused

MOST_POINTS = 40_000_000
QUALITY = 90
#: The kinds of points that are kept: grey, and with or without see-through places; all others become coloured.
KEPT = {"PNG": ("L", "RGBA"), "JPEG": ("L",)}


def clean(content: bytes) -> bytes:
    """Return a PNG or JPEG drawn anew, upright; raises Refused for a broken or an enormous one."""
    try:
        with Image.open(io.BytesIO(content), formats=tuple(KEPT)) as picture:
            if picture.width * picture.height > MOST_POINTS:
                raise Refused("is a picture of more than 40 million points. Make it smaller.")
            kind = str(picture.format)
            upright = ImageOps.exif_transpose(_in_256_steps(picture))
            see_through = kind == "PNG" and upright.has_transparency_data
            mode = "RGBA" if see_through else upright.mode if upright.mode in KEPT[kind] else "RGB"
            points = upright.convert(mode)
            made = io.BytesIO()
            anew = Image.frombytes(mode, points.size, points.tobytes())
            anew.save(made, kind, **({"quality": QUALITY} if kind == "JPEG" else {}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("is a picture of more than 40 million points. Make it smaller.") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise Refused("is damaged: it cannot be drawn. Save it again in the program that made it.") from None
    return made.getvalue()


def _in_256_steps(picture: Image.Image) -> Image.Image:
    """Return a grey picture of 65,536 steps in 256; converted at once, all but its darkest would go out white."""
    if not picture.mode.startswith("I"):
        return picture
    picture.info.pop("transparency", None)
    return picture.point(lambda step: step / 256).convert("L")
