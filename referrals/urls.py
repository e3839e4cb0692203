"""Where the pages of 老带新 live."""

from django.urls import path

from .views import ambassadors, costs, introductions, points, shop, vouchers, wallet

app_name = "referrals"

urlpatterns = [
    path("referrals/", shop.points, name="points"),
    path("referrals/policy/", shop.policy, name="policy"),
    path("referrals/rules/<int:pk>/", shop.earning_rule, name="earning_rule"),
    path("referrals/claims/<int:pk>/approve/", shop.approve_claim, name="approve_claim"),
    path("referrals/claims/<int:pk>/refuse/", shop.turn_claim_down, name="refuse_claim"),
    path("referrals/gifts/", shop.gifts, name="gifts"),
    path("referrals/gifts/new/", shop.add_gift, name="add_gift"),
    path("referrals/gifts/<int:pk>/", shop.edit_gift, name="edit_gift"),
    path("referrals/gift-orders/<int:pk>/hand/", shop.hand_over, name="hand_gift"),
    path("referrals/gift-orders/<int:pk>/cancel/", shop.give_back, name="cancel_gift"),
    path("customers/<int:pk>/points/", points.customer_points, name="customer_points"),
    path("customers/<int:pk>/wallet/", wallet.wallet_sheet, name="wallet_sheet"),
    path("customers/<int:pk>/wallet/share/", wallet.share, name="share_wallet"),
    path("customers/<int:pk>/wallet/end/", wallet.unshare, name="unshare_wallet"),
    path("q/<str:token>/wallet/", wallet.wallet, name="wallet"),
    path("q/<str:token>/wallet/stop/", wallet.stop, name="stop_from_wallet"),
    path("customers/<int:pk>/points/change/", points.change_points, name="change_points"),
    path("customers/<int:pk>/points/claim/", points.claim_points, name="claim_points"),
    path("customers/<int:pk>/points/gift/", points.redeem, name="redeem_gift"),
    path("customers/<int:pk>/vouchers/give/", vouchers.give, name="give_voucher"),
    path("referrals/vouchers/", vouchers.vouchers, name="vouchers"),
    path("referrals/vouchers/new/", vouchers.add_voucher_type, name="add_voucher_type"),
    path("referrals/vouchers/types/<int:pk>/", vouchers.edit_voucher_type, name="edit_voucher_type"),
    path("vouchers/<int:pk>/", vouchers.voucher, name="voucher"),
    path("vouchers/<int:pk>/void/", vouchers.void, name="void_voucher"),
    path("visits/<int:pk>/vouchers/", vouchers.at_visit, name="visit_vouchers"),
    path("redemptions/<int:pk>/undo/", vouchers.undo_redemption, name="undo_redemption"),
    path("points/<int:pk>/undo/", points.undo_points, name="undo_points"),
    path("referrals/introductions/", introductions.introductions, name="introductions"),
    path("referrals/introductions/<int:pk>/", introductions.referral, name="referral"),
    path("referrals/introductions/<int:pk>/approve/", introductions.approve, name="approve_referral"),
    path("referrals/introductions/<int:pk>/refuse/", introductions.refuse, name="refuse_referral"),
    path("referrals/rewards/<int:pk>/hand/", introductions.hand, name="hand_reward"),
    path("referrals/rewards/<int:pk>/settle/", introductions.settle, name="settle_reward"),
    path("referrals/programmes/", introductions.programmes, name="programmes"),
    path("referrals/programmes/new/", introductions.add_programme, name="add_programme"),
    path("referrals/programmes/<int:pk>/end/", introductions.stop_programme, name="end_programme"),
    path("referrals/ambassadors/", ambassadors.ambassadors, name="ambassadors"),
    path("customers/<int:pk>/ambassador/", ambassadors.ambassador, name="ambassador"),
    path("customers/<int:pk>/ambassador/appoint/", ambassadors.appoint_ambassador, name="appoint_ambassador"),
    path("customers/<int:pk>/ambassador/thanks/", ambassadors.thank_ambassador, name="thank_ambassador"),
    path("referrals/ambassadors/<int:pk>/end/", ambassadors.end_ambassador, name="end_ambassador"),
    path("referrals/ambassadors/<int:pk>/card/", ambassadors.ambassador_card, name="ambassador_card"),
    path("referrals/costs/new/", costs.add_cost, name="add_cost"),
    # Opened by friends without a login.
    path("a/<str:token>/", ambassadors.shared_card, name="shared_card"),
    path("customers/<int:pk>/introductions/", introductions.customer_introductions, name="customer_introductions"),
    path("customers/<int:pk>/introductions/by/", introductions.name_introducer, name="introduce"),
    path("customers/<int:pk>/introductions/code/", introductions.make_code, name="make_code"),
]
