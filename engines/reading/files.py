"""Names of files: what is behind their last full stop, so that it ends no sentence."""

from __future__ import annotations

_EXTENSIONS = """
    html? css scss js mjs jsx ts tsx vue php aspx? jsp
    pdf txt md rst rtf tex docx? xlsx? pptx? od[tsp] pages epub csv tsv log
    json ya?ml toml xml ini cfg conf env lock sql sqlite db proto
    py ipynb java kt rs cpp hpp cs swift rb lua sh bash bat ps1 cmd exe dll msi apk dmg iso deb rpm
    jar wasm zip rar 7z tar gz tgz bz2 xz
    png jpe?g gif bmp svg tiff? webp ico heic psd
    mp3 mp4 wav flac ogg m4a avi mkv mov webm srt vtt onnx ckpt safetensors bak tmp
"""
EXTENSIONS = "|".join(_EXTENSIONS.split())
_CAPITALS = """
    PDF TXT MD RTF DOCX? XLSX? PPTX? CSV JSON YAML XML EXE DLL ZIP RAR PNG JPE?G GIF SVG MP3 MP4 WAV
    AVI MOV HTML?
"""
# In capitals a full stop could end a sentence; 'Report.PDF' is one name all the same.
IN_CAPITALS = "|".join(_CAPITALS.split())
