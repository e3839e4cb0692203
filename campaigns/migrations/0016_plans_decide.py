from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0015_script_ratings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='planline',
            name='drop_reason',
            field=models.CharField(blank=True, choices=[('gone', '事由已不成立'), ('refused', '客户不希望被打扰'), ('no_consent', '没有营销同意'), ('unhappy', '客户不满，先安抚'), ('budget', '触达计划里排不下'), ('just_spoken', '刚联系过'), ('unreached', '打不通，下次到店面谈'), ('no_number', '没有能收短信的手机号'), ('not_delivered', '发送失败'), ('uncertain', '不确定是否送达，不再重发')], max_length=20, verbose_name='不能联系'),
        ),
        migrations.AlterField(
            model_name='planline',
            name='verdict',
            field=models.CharField(blank=True, choices=[('kept', '按时'), ('merged', '合并'), ('postponed', '推迟'), ('dropped', '不联系'), ('taken', '已在办')], max_length=10, verbose_name='决定'),
        ),
        migrations.AlterField(
            model_name='touch',
            name='drop_reason',
            field=models.CharField(blank=True, choices=[('gone', '事由已不成立'), ('refused', '客户不希望被打扰'), ('no_consent', '没有营销同意'), ('unhappy', '客户不满，先安抚'), ('budget', '触达计划里排不下'), ('just_spoken', '刚联系过'), ('unreached', '打不通，下次到店面谈'), ('no_number', '没有能收短信的手机号'), ('not_delivered', '发送失败'), ('uncertain', '不确定是否送达，不再重发')], max_length=20, verbose_name='取消原因'),
        ),
    ]
