"""docs/province.md is complete, says what the code says, and its samples run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from thidua.scoring.rules import check_inputs, score_leaf
from thidua.scoring.ticks import to_points
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import load
from thidua.testing import reference
from thidua.testing.samples import QUICKER, SAMPLES, Case, RuleSample, set_around, stored
from thidua.testing.words import FIELDS, HOOKS, MODELS

PAGE = Path(__file__).parents[1] / "docs" / "province.md"

CASES = [
    pytest.param(sample, case, id=f"{kind}-{case.points}")
    for kind, sample in SAMPLES.items()
    for case in sample.cases
]


def sample_set(sample: RuleSample, folder: Path) -> CriteriaSet:
    """The sample read from a file, as an author's own set is."""
    path = folder / "vi_du.yaml"
    path.write_text(set_around(sample), encoding="utf-8")
    return load(CriteriaSet, path)


def test_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.render(), (
        "python -m thidua.testing.reference > docs/province.md"
    )


def test_page_shows_every_rule_kind_with_points() -> None:
    assert list(SAMPLES) == list(reference.rule_kinds())
    assert [kind for kind, sample in SAMPLES.items() if not (sample.text and sample.cases)] == []


def test_page_shows_every_object_and_every_hook() -> None:
    assert sorted(MODELS) == sorted(reference.models())
    assert list(HOOKS) == list(reference.hooks())


def test_every_field_says_what_it_means() -> None:
    everything = [*reference.models().values(), *reference.rule_kinds().values()]
    silent = [
        f"{model.__name__}.{name}"
        for model in everything
        for name in reference.own_fields(model)
        if not reference.description(model, name)
    ]
    assert silent == []


def test_words_for_fields_are_only_for_fields_that_say_nothing() -> None:
    models = reference.models()
    spoken = [
        key
        for key in FIELDS
        for model, name in [key.split(".")]
        if models[model].model_fields[name].description
    ]
    assert spoken == []


@pytest.mark.parametrize(("sample", "case"), CASES)
def test_sample_gives_the_points_that_the_page_says(
    sample: RuleSample, case: Case, tmp_path: Path
) -> None:
    criteria = sample_set(sample, tmp_path)
    (leaf,) = criteria.leaves
    inputs = {spec.name: stored(spec, case.inputs[spec.name]) for spec in leaf.rule.inputs()}
    score = score_leaf(leaf, inputs, criteria=criteria, kinds={QUICKER.name: QUICKER})
    assert check_inputs(leaf, inputs) == []
    assert inputs.keys() == case.inputs.keys()
    assert f"{to_points(score.ticks).normalize():f}" == case.points


@pytest.mark.parametrize("kind", SAMPLES)
def test_sample_is_of_the_kind_it_stands_under(kind: str, tmp_path: Path) -> None:
    (leaf,) = sample_set(SAMPLES[kind], tmp_path).leaves
    assert leaf.rule.kind == kind


def test_province_of_the_walk_through_passes_its_own_test(tmp_path: Path) -> None:
    for name, text in reference.sample_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mau.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_walk_through_shows_every_file_of_the_sample() -> None:
    folder = Path(reference.__file__).parent / "sample"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.suffix != ".pyc"}
    assert there == set(reference.sample_files()) - {"test_mau.py"}
