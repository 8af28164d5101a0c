from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class SegmentMissing(AppError):
    code = "segment_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such segment")


class SegmentNameTaken(AppError):
    code = "segment_name_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("There is a segment of this name already: choose another one")


class TooManySegments(AppError):
    code = "too_many_segments"
    kind = Kind.CONFLICT
    title = gettext_noop("Keep at most 100 segments: remove one first")


class RuleRefused(AppError):
    code = "segment_rule_refused"
    kind = Kind.INVALID
    title = gettext_noop("This rule cannot be read: check its parts")


class RuleTooLarge(RuleRefused):
    code = "segment_rule_too_large"
    title = gettext_noop("A rule may have at most 30 parts, and 6 levels: make it simpler")
