"""The storage that a setting names."""

from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from kram.kit.storage.contract import Storage
from kram.kit.storage.local import LocalStorage


def storage_from_url(url: str) -> Storage:
    """`file:///var/lib/kram/media`, or `s3://bucket?region=eu-central-1`.

    `public=` says where public files are fetched (default: `/media`, or the bucket itself);
    `endpoint=` names a store that speaks like S3. Raises: ValueError.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = options.keys() - {"public", "endpoint", "region"}
    if unknown:
        raise ValueError(f"storage URL: unknown option {', '.join(sorted(unknown))}")
    match parts.scheme:
        case "file" if parts.path and not parts.netloc:
            return LocalStorage(Path(unquote(parts.path)), options.get("public", "/media"))
        case "s3" if parts.netloc:
            return _s3(parts.netloc, options)
        case _:
            raise ValueError("storage URL: write file:///folder or s3://bucket?region=…")


def _s3(bucket: str, options: dict[str, str]) -> Storage:
    region, endpoint = options.get("region", "us-east-1"), options.get("endpoint")
    # boto3 is dear, in time and memory, for the many who keep their files in a folder.
    s3 = import_module("kram.kit.storage.s3")
    usual = f"{endpoint}/{bucket}" if endpoint else f"https://{bucket}.s3.{region}.amazonaws.com"
    storage: Storage = s3.S3Storage(
        s3.s3_client(region, endpoint), bucket, options.get("public", usual)
    )
    return storage
