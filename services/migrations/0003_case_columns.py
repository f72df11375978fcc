from django.db import migrations
from django.db.models import Min, OuterRef, Subquery


def fill(apps, schema_editor):
    """Cases from before get the form they came with, and when they were first answered."""
    Case = apps.get_model("services", "Case")
    Submission = apps.get_model("services", "Submission")
    CaseEvent = apps.get_model("services", "CaseEvent")
    form = Submission.objects.filter(pk=OuterRef("submission_id")).values("form_key")[:1]
    Case.objects.filter(form_key="").update(form_key=Subquery(form))
    answers = CaseEvent.objects.filter(case_id=OuterRef("pk"), verb__in=["replied", "status"]).order_by()
    first = answers.values("case_id").annotate(first=Min("created_at")).values("first")[:1]
    Case.objects.filter(first_answered_at=None).update(first_answered_at=Subquery(first))


class Migration(migrations.Migration):
    dependencies = [("services", "0002_forms_and_inbox")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
