"""Changes that are one act."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the act to a change."""

    dependencies: ClassVar = [("studio", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField("change", "act", models.PositiveBigIntegerField(null=True)),
    ]
