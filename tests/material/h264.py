"""H.264 Constrained Baseline in its simplest form (ITU-T H.264, clauses 7.3 and 7.4).

Every macroblock is either raw samples (``I_PCM``) or the same as in the picture before
(``P_Skip``): no transform, no prediction, no rate control, yet every player understands it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MACROBLOCK = 16
_BARE_ZEROS = re.compile(rb"\x00\x00(?=[\x00-\x03])")


class Frame(NamedTuple):
    """Planes of one picture, 4:2:0, rows of ``width`` and ``width / 2`` samples."""

    y: bytes
    cb: bytes
    cr: bytes


def _ue(value: int) -> str:
    """Exp-Golomb code, clause 9.1."""
    bits = f"{value + 1:b}"
    return "0" * (len(bits) - 1) + bits


def _se(value: int) -> str:
    return _ue(2 * value - 1 if value > 0 else -2 * value)


def _octets(bits: str) -> bytes:
    """Bits, filled with zeros to whole octets."""
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _nal(header: int, payload: bytes) -> bytes:
    """A NAL unit with emulation prevention, clause 7.4.1."""
    return bytes([header]) + _BARE_ZEROS.sub(b"\x00\x00\x03", payload)


def parameter_sets(width: int, height: int) -> tuple[bytes, bytes]:
    """Sequence and picture parameter sets for pictures of whole macroblocks."""
    across, down = width // MACROBLOCK, height // MACROBLOCK
    sequence = (
        f"{66:08b}{0b11000000:08b}{21:08b}"  # Constrained Baseline, level 2.1
        + _ue(0)  # seq_parameter_set_id
        + _ue(4)  # log2_max_frame_num - 4: frame_num has 8 bits
        + _ue(2)  # pic_order_cnt_type: output order is decoding order
        + _ue(1)  # max_num_ref_frames
        + "0"
        + _ue(across - 1)
        + _ue(down - 1)
        + "1"  # frame_mbs_only_flag
        + "1"  # direct_8x8_inference_flag
        + "0"  # no cropping
        + "1"  # vui_parameters_present_flag
        + "00"  # no aspect ratio, no overscan
        + "1101"  # video_signal_type: format 5 (unspecified), full range
        + "1"
        + "0"  # colour description absent
        + "000000"  # chroma location, timing, HRD (two), picture structure, restriction
        + "1"
    )
    picture = _ue(0) * 2 + "00" + _ue(0) * 3 + "000" + _se(0) * 3 + "100" + "1"
    return _nal(0x67, _octets(sequence)), _nal(0x68, _octets(picture))


def _macroblocks(frame: Frame, width: int, height: int) -> list[bytes]:
    """The 384 samples of each macroblock in raster order."""
    blocks = []
    half = width // 2
    for top in range(0, height, MACROBLOCK):
        for left in range(0, width, MACROBLOCK):
            at = top * width + left
            chroma = top // 2 * half + left // 2
            rows = [frame.y[i : i + 16] for i in range(at, at + 16 * width, width)]
            for plane in (frame.cb, frame.cr):
                rows += [plane[i : i + 8] for i in range(chroma, chroma + 8 * half, half)]
            blocks.append(b"".join(rows))
    return blocks


def _slice(number: int, blocks: list[bytes], before: list[bytes] | None) -> bytes:
    """One picture as one slice; without ``before`` it is an IDR picture."""
    bits = _ue(0) + _ue(7 if before is None else 5) + _ue(0) + f"{number % 256:08b}"
    if before is None:
        bits += _ue(0) + "00"  # idr_pic_id; dec_ref_pic_marking
    else:
        bits += "000"  # override, list modification, adaptive marking: none
    bits += _se(0) + _ue(1)  # slice_qp_delta; no deblocking
    data = bytearray()
    skipped = 0
    for at, block in enumerate(blocks):
        if before is not None and before[at] == block:
            skipped += 1
            continue
        bits += _ue(25) if before is None else _ue(skipped) + _ue(30)  # mb_type I_PCM
        data += _octets(bits) + block  # I_PCM begins and ends at an octet
        bits, skipped = "", 0
    bits += (_ue(skipped) if skipped else "") + "1"  # rbsp_slice_trailing_bits
    return _nal(0x65 if before is None else 0x41, bytes(data) + _octets(bits))


def encode(frames: list[Frame], width: int, height: int) -> list[bytes]:
    """One NAL unit a picture: an IDR picture, then what changed in each."""
    units = []
    before = None
    for number, frame in enumerate(frames):
        blocks = _macroblocks(frame, width, height)
        units.append(_slice(number, blocks, before))
        before = blocks
    return units
