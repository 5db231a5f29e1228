"""The workers of a Dask cluster, and inventories that lie in object storage: the same results as on one machine."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import clusters
import pytest
from click.testing import Result
from clusters import Dask, dask, s3_server
from conftest import AS_OF, ROOT
from servers import free_port, silent_server

import policycheck
from policycheck.bundle import Bundle
from policycheck.engines.wasm import WasmEngine, wasm_info
from policycheck.errors import PolicycheckError
from policycheck.evaluate import Evaluation, Listing
from policycheck.inventory import read_inventory, reading, sources
from policycheck.inventory.discovery import Found, find_files
from policycheck.inventory.schemas import Schemas
from policycheck.jobs import dask as jobs
from policycheck.jobs.local import Here
from policycheck.questions import Questions, wanted
from policycheck.reports import entry_printer
from policycheck.standards import Catalogue
from policycheck.texts import texts

Run = Callable[..., Result]

ANSWERS = ("--as-of", AS_OF.isoformat(), "--lang", "en", "--format")


@pytest.fixture(scope="module", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Of this process and of the workers: a server that speaks S3, and no cache."""
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()  # of a test that had other credentials
    with s3_server(tmp_path_factory.mktemp("s3")) as variables, pytest.MonkeyPatch.context() as patch:
        variables["POLICYCHECK_NO_CACHE"] = "1"
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


@pytest.fixture(scope="module")
def cluster(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """Two workers that no test may kill."""
    with dask(tmp_path_factory.mktemp("dask"), workers=2) as started:
        yield started


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind: whole ones, one in many parts with lines that are damaged and resources that stand twice, and
    what is no inventory."""
    folder = tmp_path_factory.mktemp("city") / "inventory"
    shutil.copytree(ROOT / "inventory", folder)
    bulk = folder / "bulk.ndjson"
    generate = [sys.executable, str(ROOT / "benchmarks/generate.py"), str(bulk), "--resources", "2000"]
    subprocess.run(generate, check=True)
    lines = bulk.read_bytes().splitlines()
    lines[300:300] = [b'{"kind": "server"', b"", b'{"kind": "cloud", "id": "x"}']
    lines += [*lines[100:110], *lines[1500:1520], b"\xff\xfe", lines[1700]]
    bulk.write_bytes(b"\n".join(lines))
    (folder / "notes.txt").write_text("no inventory", encoding="utf-8")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "more.yaml").write_text("servers: [", encoding="utf-8")
    (folder / "broken.yaml").write_text("department: 総務課\nservers:\n  - {id: X-1, colour: red}\n", encoding="utf-8")
    (folder / "odd name ＃1.json").write_text('{"department": "総務課", "nothing": []}', encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PART", 20_000)


@pytest.fixture
def earlier(city: Path, run: Run, tmp_path: Path) -> Path:
    """A report to compare with."""
    file = tmp_path / "earlier.json"
    assert run("scan", city, "--as-of", "2026-10-20", "--format", "json", "--output", file).exit_code == 3
    return file


@pytest.fixture
def waivers(earlier: Path, tmp_path: Path) -> Path:
    results = json.loads(earlier.read_text(encoding="utf-8"))["results"]
    failing = [result for result in results if result["status"] == "fail"][:40:8]
    given = [
        {
            "clause": result["clauses"][0],
            "resource": {"kind": result["resource"]["kind"], "id": result["resource"]["id"]},
            "reason": "工事が終わるまで",
            "approved_by": "最高情報セキュリティ責任者",
            "approved_on": "2026-10-01",
            "expires_on": "2027-03-31",
            "compensating_measure": "立ち入る者を限る",
        }
        for result in failing
    ]
    file = tmp_path / "waivers.yaml"
    file.write_text(json.dumps({"standard": "guideline", "waivers": given}), encoding="utf-8")
    return file


def _same(one: Result, other: Result) -> None:
    """Both are whole reports, byte for byte the same."""
    assert one.exception is None or isinstance(one.exception, SystemExit), one.exception
    assert one.exit_code == other.exit_code == 3, one.stderr
    assert one.stdout == other.stdout
    assert len(one.stdout) > 10_000


@pytest.mark.parametrize("format", ["json", "text"])
def test_the_same_as_locally(format: str, cluster: Dask, city: Path, run: Run) -> None:
    there = run("scan", city, *ANSWERS, format, "--all", "--scheduler", cluster.address)
    _same(there, run("scan", city, *ANSWERS, format, "--all", "--jobs", "1"))


def test_the_same_with_waivers_and_a_baseline(
    cluster: Dask, city: Path, run: Run, earlier: Path, waivers: Path
) -> None:
    given = ("scan", city, *ANSWERS, "json", "--baseline", earlier, "--waivers", waivers)
    there = run(*given, "--scheduler", cluster.address)
    _same(there, run(*given, "--jobs", "2"))
    report = json.loads(there.stdout)
    assert report["summary"]["waived"]
    said = "".join(problem["message"] for problem in report["problems"])
    assert all(text in said for text in ("column 18", "stands already at", "cloud", "colour", "nothing")), said


def test_paths_are_those_of_the_one_who_asks(
    cluster: Dask, city: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(city.parent)
    there = run("scan", *ANSWERS, "json", "--scheduler", cluster.address)
    _same(there, run("scan", *ANSWERS, "json", "--jobs", "1"))


def test_what_workers_do_not_see(cluster: Dask, city: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """They look where they are told, and say so where there is nothing."""
    files = [source._replace(path=f"/nowhere{source.path}") for source in find_files([city]).files]
    monkeypatch.setattr("policycheck.scan.find_files", lambda _: Found(files))
    result = run("scan", city, *ANSWERS, "json", "--scheduler", cluster.address)
    report = json.loads(result.stdout)
    assert (report["complete"], report["inventory"]["resources"]) == (False, 0)
    said = [problem["message"] for problem in report["problems"]]
    assert len([text for text in said if text == texts("en")("problem.vanished_file")]) == len(said) >= len(files)


def _killing(monkeypatch: pytest.MonkeyPatch, phase: str, kill: Callable[[], object]) -> list[str]:
    """Kills something in the middle of reading or of judging; says so once it has done it."""
    whole = getattr(jobs.Cluster, phase)
    done: list[str] = []

    def some(self: jobs.Cluster, work: Any, tasks: Any) -> Iterator[Any]:
        for seen, answer in enumerate(whole(self, work, tasks)):
            if seen == 3 and not done:
                done.append(phase)
                kill()
            yield answer

    monkeypatch.setattr(jobs.Cluster, phase, some)
    return done


@pytest.mark.parametrize("phase", ["read", "judge"])
def test_a_worker_that_dies_costs_no_result(
    phase: str, city: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = run("scan", city, *ANSWERS, "json", "--all", "--jobs", "1")
    with dask(tmp_path, workers=2) as own:

        def kill() -> None:
            own.workers[0].kill()
            own.workers[0].wait()

        killed = _killing(monkeypatch, phase, kill)
        there = run("scan", city, *ANSWERS, "json", "--all", "--scheduler", own.address)
    assert killed
    _same(there, local)


def test_the_only_worker_dies_and_its_nanny_starts_it_again(
    city: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that was read is lost, and so is the work itself."""
    from distributed import Client

    local = run("scan", city, *ANSWERS, "json", "--jobs", "1")
    with dask(tmp_path) as own:
        nanny = own.add(nanny=True)
        own.wait_for(1)
        with Client(own.address, set_as_default=False) as client:
            (number,) = client.run(os.getpid).values()
        assert number != nanny.pid
        killed = _killing(monkeypatch, "judge", lambda: os.kill(number, signal.SIGKILL))
        _same(run("scan", city, *ANSWERS, "json", "--scheduler", own.address), local)
        assert killed
        nanny.terminate()
        nanny.wait(20)


def test_several_threads_in_a_worker(city: Path, run: Run, tmp_path: Path) -> None:
    with dask(tmp_path) as own:
        own.add("--nthreads", "3")
        own.wait_for(1)
        there = run("scan", city, *ANSWERS, "json", "--all", "--scheduler", own.address)
    _same(there, run("scan", city, *ANSWERS, "json", "--all", "--jobs", "1"))


def _refused(result: Result, *said: str, code: int = 1) -> None:
    """An error, and nothing that looks like a report."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    for text in said:
        assert text in result.stderr


def test_no_report_replaces_an_earlier_one(city: Path, run: Run, tmp_path: Path) -> None:
    output = tmp_path / "report.json"
    output.write_text("earlier", encoding="utf-8")
    with dask(tmp_path) as own:
        own.add(preload=clusters.OTHER_VERSION)
        own.wait_for(1)
        _refused(run("scan", city, *ANSWERS, "json", "--output", output, "--scheduler", own.address))
    assert output.read_text(encoding="utf-8") == "earlier"


OTHERS = {
    clusters.OTHER_VERSION: ["has another version or other policies", "policycheck 9.9.9", "Here: policycheck 0."],
    clusters.OTHER_POLICIES: ["has another version or other policies", ", policies ffffffffffffffff,"],
    clusters.WITHOUT_POLICYCHECK: ["cannot run policycheck", "pip install 'policycheck[dask]'"],
}


@pytest.mark.parametrize("preload", OTHERS, ids=["version", "policies", "nothing"])
def test_a_worker_that_is_not_the_same(preload: str, city: Path, run: Run, tmp_path: Path) -> None:
    with dask(tmp_path, workers=1) as own:
        own.add(preload=preload)
        own.wait_for(2)
        _refused(run("scan", city, *ANSWERS, "json", "--scheduler", own.address), "tcp://127.0.0.1:", *OTHERS[preload])


@pytest.mark.parametrize("preload", [clusters.OTHER_VERSION, clusters.OTHER_POLICIES], ids=["version", "policies"])
@pytest.mark.parametrize("phase", ["read", "judge"])
def test_a_worker_that_comes_later_and_is_not_the_same(
    phase: str, preload: str, city: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dask(tmp_path, workers=1) as own:

        def join() -> None:
            own.add(preload=preload)
            own.wait_for(2)
            own.workers[0].kill()

        joined = _killing(monkeypatch, phase, join)
        _refused(run("scan", city, *ANSWERS, "json", "--scheduler", own.address), "tcp://127.0.0.1:", *OTHERS[preload])
        assert joined


def test_a_scheduler_that_is_away(city: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CONNECT_SECONDS", 0.5)
    address = f"tcp://127.0.0.1:{free_port()}"
    _refused(run("scan", city, *ANSWERS, "json", "--scheduler", address), address, "cannot be reached (")


def test_something_else_where_the_scheduler_should_be(
    city: Path, run: Run, cluster: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Client

    monkeypatch.setattr(jobs, "CONNECT_SECONDS", 0.5)
    with silent_server() as url:
        _refused(run("scan", city, *ANSWERS, "json", "--scheduler", url.replace("http", "tcp")), "cannot be reached")
    server = os.environ["AWS_ENDPOINT_URL"].replace("http", "tcp")
    _refused(run("scan", city, *ANSWERS, "json", "--scheduler", server), "cannot be reached")
    with Client(cluster.address, set_as_default=False) as client:
        worker = next(iter(client.nthreads()))
    _refused(run("scan", city, *ANSWERS, "json", "--scheduler", worker), "cannot be reached (Worker)")


@pytest.mark.parametrize("address", ["nowhere", "tcp://", "http://127.0.0.1:80", "inproc://1", "tcp://a:b@127.0.0.1:1"])
def test_what_is_no_address(address: str, city: Path, run: Run) -> None:
    _refused(run("scan", city, *ANSWERS, "json", "--scheduler", address), "tcp://host:port", code=2)


@pytest.mark.parametrize("given", [["--jobs", "2"], ["--engine", "opa"]])
def test_what_goes_with_no_scheduler(given: list[str], run: Run) -> None:
    result = run("scan", *ANSWERS, "json", "--scheduler", "tcp://127.0.0.1:1", *given)
    _refused(
        result, "--scheduler cannot be combined with " + (given[0] if "jobs" in given[0] else "--engine opa"), code=2
    )


def test_no_workers_from_the_beginning_or_at_the_end(
    city: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WORKER_SECONDS", 0.5)
    with dask(tmp_path) as own:
        _refused(run("scan", city, *ANSWERS, "json", "--scheduler", own.address), "has no workers", "dask worker tcp:")
        own.add()
        own.wait_for(1)
        _killing(monkeypatch, "read", own.workers[0].kill)
        _refused(run("scan", city, *ANSWERS, "json", "--scheduler", own.address), "has no workers")


def test_workers_that_die_at_the_same_work(
    city: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = "from policycheck.inventory.reading import Reader\nimport os\nReader.__call__ = lambda *_: os._exit(1)\n"
    with dask(tmp_path, environment={"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}) as own:
        own.add(preload=dying, nanny=True)
        own.wait_for(1)
        _refused(run("scan", city, *ANSWERS, "json", "--scheduler", own.address), "died at the same work")


def test_the_scheduler_ends(city: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CONNECT_SECONDS", 2)
    with dask(tmp_path, workers=1) as own:
        assert own.scheduler
        _killing(monkeypatch, "read", own.scheduler.kill)
        _refused(run("scan", city, *ANSWERS, "json", "--scheduler", own.address), "was lost", own.address)


def test_a_file_that_changes_before_it_is_read_again(
    city: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the dead worker had read is gone, and the file is no longer the same: no report."""
    inventory = tmp_path / "inventory"
    shutil.copytree(city, inventory)
    with dask(tmp_path, workers=1) as own:

        def kill() -> None:
            (inventory / "bulk.ndjson").write_text("", encoding="utf-8")
            own.add()
            own.wait_for(2)
            own.workers[0].kill()

        _killing(monkeypatch, "judge", kill)
        _refused(run("scan", inventory, *ANSWERS, "json", "--scheduler", own.address), "was changed during the scan")


def test_without_the_extra(city: Path) -> None:
    driver = "import sys\nsys.modules.update(dict.fromkeys(sys.argv.pop(1).split(',')))\nfrom policycheck.cli import main\nmain()"
    for hidden, given in (
        ("distributed", [str(city), "--scheduler", "tcp://127.0.0.1:1"]),
        ("fsspec", ["s3://bucket/inventory"]),
        ("s3fs", ["s3://bucket/inventory"]),
    ):
        command = [sys.executable, "-c", driver, hidden, "scan", *given, "--lang", "en"]
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (process.returncode, process.stdout) == (1, "")
        assert "needs packages that are not installed" in process.stderr
        assert "pip install 'policycheck[dask]'" in process.stderr


def test_the_extra_names_what_a_worker_imports() -> None:
    extra = [
        one.partition(">")[0]
        for one in requires("policycheck") or ()
        if "extra == 'dask'" in one or 'extra == "dask"' in one
    ]
    assert sorted(extra) == ["distributed", "fsspec", "s3fs"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not {"distributed", "fsspec", "s3fs"} & {one.partition(">")[0] for one in project["dependencies"]}


def test_what_is_sent_can_be_sent(city: Path, bundle: Bundle, catalogue: Catalogue, schemas: Schemas) -> None:
    checks = catalogue.checks(catalogue.standard("guideline"))
    reader = reading.Reader(schemas, wanted(checks))
    with Here() as here:
        read = read_inventory([city], find_files([city]), reader, here)
        number, place = next(iter(read.places.items()))
        left = here.left(number)
    again = pickle.loads(pickle.dumps(reader))
    assert again((place.part, frozenset()))[1] == left
    listing = Listing(True, entry_printer("json", texts("ja")))
    import functools

    evaluation = Evaluation(Questions(checks, read.built, AS_OF), functools.partial(WasmEngine, bundle), listing)
    judged = evaluation(left, place)
    content = pickle.dumps(evaluation)
    assert str(bundle.folder).encode() not in content
    assert pickle.loads(content)(left, place) == judged
    assert wasm_info(pickle.loads(pickle.dumps(bundle))) == wasm_info(bundle)
    error = pickle.loads(pickle.dumps(PolicycheckError("changed_between")))
    assert (type(error), error.key) == (PolicycheckError, "changed_between")


@pytest.fixture(scope="module")
def bucket(environment: dict[str, str], city: Path) -> Any:
    """The file system of a bucket that holds the city."""
    import fsspec

    files = fsspec.filesystem("s3")
    files.mkdir("bucket")
    files.put(str(city), "bucket/data/inventory", recursive=True)
    files.invalidate_cache()
    return files


def _as_local(report: str, city: Path) -> str:
    return report.replace("s3://bucket/data/inventory", str(city))


@pytest.mark.parametrize("where", [(), ("--jobs", "1"), ("--jobs", "2")], ids=["workers", "here", "processes"])
def test_object_storage_is_read_like_a_folder(
    where: tuple[str, ...], bucket: Any, cluster: Dask, city: Path, run: Run
) -> None:
    given = where or ("--scheduler", cluster.address)
    there = run("scan", "s3://bucket/data/inventory", *ANSWERS, "json", "--all", *given)
    local = json.loads(run("scan", city, *ANSWERS, "json", "--all", "--jobs", "1").stdout)
    found = json.loads(_as_local(there.stdout, city))
    assert len(found["inventory"]["files"]) > 10
    for report in (found, local):
        del report["inventory"]["sha256"]  # of the names, too
    assert found == local
    assert there.exit_code == 3


def test_validate_reads_it_too(bucket: Any, run: Run) -> None:
    result = run("validate", "s3://bucket/data/inventory/broken.yaml", "--lang", "en")
    assert result.exit_code == 4
    assert "s3://bucket/data/inventory/broken.yaml:3" in result.stdout


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("s3://bucket/data/nowhere", "missing_path"),
        ("s3://nosuchbucket/data", "missing_path"),
        ("s3://bucket/data/inventory/notes.txt", "unknown_type"),
        ("s3://bucket/empty", "empty_folder"),
        ("s3://bucket/double", "unreadable"),
    ],
)
def test_urls_that_lead_nowhere(url: str, key: str, bucket: Any) -> None:
    bucket.pipe("bucket/empty/.keep", b"")
    bucket.pipe("bucket/double//x.yaml", b"department: A\n")
    found = find_files([url])
    assert [problem.key for problem in found.problems] == [key]
    assert found.problems[0].location.file.startswith(url)
    assert not found.files


def test_a_marked_folder_and_names_that_mean_something_to_fsspec(bucket: Any) -> None:
    bucket.call_s3("put_object", Bucket="bucket", Key="marked/", Body=b"")
    names = [
        "a::b.yaml",
        "a?b.yaml",
        "a*.yaml",
        "a#b.yaml",
        "a%20b.yaml",
        "a[1].yaml",
        "ü 資産.yaml",
        "sub/.y.yaml",
        "sub/z.YML",
    ]
    for name in names:
        bucket.pipe(f"bucket/marked/{name}", f"department: {name!r}\n".encode())
    found = find_files(["s3://bucket/marked"])
    assert not found.problems
    expected = sorted(set(names) - {"sub/.y.yaml"}, key=lambda name: name.split("/"))
    assert [source.path for source in found.files] == [f"s3://bucket/marked/{name}" for name in expected]
    for source, name in zip(found.files, expected, strict=True):
        assert sources.read_source(source) == f"department: {name!r}\n".encode()


def test_the_order_of_a_folder(bucket: Any, tmp_path: Path) -> None:
    for name in ("a.yaml", "a/x.yaml", "a-b/x.yaml", "B.yaml", "a/b/c/d.yaml", "z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
        bucket.pipe(f"bucket/order/{name}", b"x")
    local, there = find_files([tmp_path]), find_files(["s3://bucket/order/"])
    assert [source.name.removeprefix("s3://bucket/order/") for source in there.files] == [
        source.name.removeprefix(f"{tmp_path}/") for source in local.files
    ]
    assert there.skipped == ["s3://bucket/order/z.txt"]


def test_an_object_that_changes_after_it_was_found(bucket: Any) -> None:
    bucket.pipe("bucket/changing/x.ndjson", b"1\n" * 1000)
    (source,) = find_files(["s3://bucket/changing"]).files
    assert sources.read_source(source, 0, 10) == b"1\n" * 5
    bucket.pipe("bucket/changing/x.ndjson", b"2\n" * 1000)
    with pytest.raises(sources.ChangedError):
        sources.read_source(source, 0, 10)
    bucket.rm("bucket/changing/x.ndjson")
    with pytest.raises(OSError, match=r"x\.ndjson"):
        sources.read_source(source)


def test_of_a_big_object_only_the_part_is_fetched(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from s3fs.core import S3File

    lines = [b'{"number": %d}' % number for number in range(200_000)]
    content = b"\n".join(lines) + b"\n"
    bucket.pipe("bucket/big/x.ndjson", content)
    (source,) = find_files(["s3://bucket/big/x.ndjson"]).files
    fetched: list[int] = []
    whole: Any = S3File._fetch_range

    def counted(self: Any, start: int, end: int) -> Any:
        fetched.append(end - start)
        return whole(self, start, end)

    monkeypatch.setattr(S3File, "_fetch_range", counted)
    step = 1_000_000
    parts = []
    for start in range(0, len(content), step):
        fetched.clear()
        parts.append(sources.read_source(source, start, min(start + step, len(content))))
        assert len(fetched) <= 2
        assert sum(fetched) < step + 200_000
    assert b"".join(parts) == content


def test_without_credentials(bucket: Any, run: Run, tmp_path: Path) -> None:
    """An unreadable path, and no word of a secret."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}
    environment |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    command = [sys.executable, "-m", "policycheck.cli", "scan", "s3://bucket/data/inventory", *ANSWERS, "json"]
    process = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    report = json.loads(process.stdout)
    assert (process.returncode, report["complete"]) == (4, False)
    assert "cannot be read (NoCredentialsError" in report["problems"][0]["message"]


def test_secrets_in_reports_and_logs(bucket: Any, cluster: Dask, run: Run) -> None:
    result = run("scan", "s3://bucket/data/inventory", *ANSWERS, "json", "--scheduler", cluster.address)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert os.environ[name] not in result.output + cluster.messages()
    for url in ("sftp://clerk:hunter2@127.0.0.1/x", "https://127.0.0.1/x.yaml?signature=hunter2"):
        refused = run("scan", url, *ANSWERS, "json")
        _refused(refused, "***", code=2)
        assert "hunter2" not in refused.output


def test_urls_of_other_kinds(run: Run, city: Path) -> None:
    import fsspec

    _refused(run("scan", "nowhere://x/y", *ANSWERS, "json"), "nowhere://x/y", code=2)
    _refused(run("scan", "gs://x/y", *ANSWERS, "json"), "gs://x/y", "gcsfs")
    memory = fsspec.filesystem("memory")
    memory.pipe("/city/broken.yaml", (city / "broken.yaml").read_bytes())
    assert "memory://city/broken.yaml:3" in run("validate", "memory://city").stdout
    local = run("scan", city, *ANSWERS, "json", "--jobs", "1")
    _same(run("scan", f"file://{city}", *ANSWERS, "json", "--jobs", "1"), local)


def test_other_code_of_the_same_version_is_another_program(tmp_path: Path) -> None:
    """Between releases, two checkouts say the same version."""
    package = tmp_path / "policycheck"
    shutil.copytree(Path(policycheck.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))

    def told() -> str:
        command = [sys.executable, "-c", "from policycheck.jobs.dask import identity; print(identity())"]
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()

    assert told() == jobs.identity()
    with (package / "evaluate.py").open("a", encoding="utf-8") as code:
        code.write("# another\n")
    assert told() != jobs.identity()
